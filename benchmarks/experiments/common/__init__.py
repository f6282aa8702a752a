"""What experiments share: tasks, clusters, records of runs, statistics, figures."""
