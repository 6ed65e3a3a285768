"""`python -m app` is the `todochat` command, for the image: it has the sources, not an installed package."""

from app.cli import main

if __name__ == "__main__":
    main()
