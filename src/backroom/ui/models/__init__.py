"""What stands between the layers and a page: values read off the main thread, and the acts a page carries out."""
