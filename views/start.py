"""Where the command `atlas` starts: Ctrl+C ends it without a word, even while the command line is loaded."""

import sys


def main() -> None:
    """Run the command line; Ctrl+C ends it with status 130, as shells expect."""
    try:
        from views.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
