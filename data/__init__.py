"""Getting data in and keeping it: published files, codes and vintages, the demonstration borough."""
