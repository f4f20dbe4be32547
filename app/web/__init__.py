"""The front hall: the habits of HTTP shared by every room. Imports infra and errors only."""
