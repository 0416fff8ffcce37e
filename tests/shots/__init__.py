"""Every screen and state of the pages, brought about by real means: to be photographed, and to be measured."""
