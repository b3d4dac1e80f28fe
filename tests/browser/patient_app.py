"""The app, in which a search for `LONG_SITES` goes on until it is stopped: nothing real takes so long."""

import streamlit as st

from models import placement_run
from models.placement_problem import Problem
from models.placement_run import solve_within
from models.placement_solve import Work, work_of
from models.siting import Answer
from tests.app_server import PROJECT
from tests.small_solvers import LONG_SITES, unproven_until_stopped
from views import place_figures
from views.routes import atlas_middleware, atlas_routes


def patient_work(problem: Problem) -> Work:
    """Return a solver that is never satisfied where `LONG_SITES` are asked for."""
    work = work_of(problem)
    return (unproven_until_stopped, (work,)) if problem.wanted.sites == LONG_SITES else work


def within_a_moment(problem: Problem) -> Answer | None:
    """Return the answer where it is found soon, which that of `LONG_SITES` is not."""
    return None if problem.wanted.sites == LONG_SITES else solve_within(problem)


placement_run.work_of = patient_work
place_figures.solve_within = within_a_moment  # type: ignore[assignment]

app = st.App(PROJECT / "views" / "pages" / "main.py", routes=atlas_routes(), middleware=atlas_middleware())
