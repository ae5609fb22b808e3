"""Adapters: the ports over real libraries. Only ``checker/wiring.py`` names them."""
