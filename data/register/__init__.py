"""The asset register: places of support that partners add and editors check, in a real database."""
