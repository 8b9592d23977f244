"""`python -m evoprompt` is the command `evoprompt`."""

from evoprompt.cli import main

if __name__ == "__main__":
    main()
