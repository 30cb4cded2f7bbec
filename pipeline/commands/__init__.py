"""The commands of `quarterdeck`, grouped by what they serve; each is a screenful that calls one room."""
