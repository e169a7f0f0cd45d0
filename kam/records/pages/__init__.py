"""The pages that all kinds of record share, made once from the kinds; `routing` has their addresses."""
