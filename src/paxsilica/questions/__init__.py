"""Every question that can be asked, in one form whatever the door."""
