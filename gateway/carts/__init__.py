"""Holds that span sections: gathered all or nothing, settled afterwards, whoever has to finish it."""
