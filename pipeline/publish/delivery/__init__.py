"""Delivery after publication: mail by SMTP, folders and object stores; to each reader their scope, once."""
