# Few verbs; run.py does the work and needs nothing but Python 3.11.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run serve test check fix seed bench docs soak lock audit

help:
	@$(PYTHON) run.py --help

export PORT HOST

run serve test check fix seed bench docs soak lock audit:
	@$(PYTHON) run.py $@ $(ARGS)
