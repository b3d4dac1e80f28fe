"""Judgement: classes on a map, and the sentences that explain a result."""
