"""One indicator on Explore: sentence, choices, legend, map and table."""

from models.classes import classify
from models.explain import explain_map
from models.levels import NEED_INDEX
from models.selected import explain_area
from views import controls, look, need_panel, table_panel
from views.scene import Scene, halves, show_below_map, show_foot, show_selected, show_sentence


def show_one(scene: Scene) -> None:
    """Show one indicator."""
    chosen, data = scene.chosen, scene.data
    classes = classify(data, scene.offered[chosen.indicator], scene.council)
    explanation = explain_map(classes, data)
    painting = controls.paint_one(classes, data, explanation, scene.dark)
    show_sentence(scene, explanation)
    controls.show_choices(chosen, scene.possible, scene.offered, classes)
    left, right = halves()
    with left:
        look.show_legend(classes, scene.dark, controls.has_green(scene.build))
        controls.show_map(scene.build, painting, chosen, scene.dark)
        show_below_map(scene, painting)
    with right:
        show_selected(scene, lambda: explain_area(classes, data, chosen.area))
        if classes.indicator.id == NEED_INDEX:
            need_panel.show_weights(data, chosen.weights)
        table_panel.show_table(scene.build, classes, data, chosen)
    show_foot(scene, [classes.indicator], classes.inside.index, explanation)
