"""Tests of the whole: browser, web, worker, scheduler, PostgreSQL, Valkey and mail, all real."""
