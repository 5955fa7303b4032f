"""Work on this machine: source folders, ignore files, conda files, following logs, buffering metrics."""
