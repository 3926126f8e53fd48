"""Bambu Batch Manager: a print queue for Bambu Lab printers that clear their own plate."""
