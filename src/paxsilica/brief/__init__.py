"""From news and briefings to a record of who said what, when and in which words, and to scenario drafts."""
