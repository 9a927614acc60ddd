"""What is asked and why the key is right: the exam's source, its model and its checks."""
