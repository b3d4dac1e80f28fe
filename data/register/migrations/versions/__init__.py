"""The versions of the register's tables, each a step from the one before."""
