"""From one version of a project to another while events and questions go on."""

from tinylite.deploy.deployer import Deployer, Outcome, deployer_of, error_of
from tinylite.deploy.workspaces import Entry, Workspaces

__all__ = ["Deployer", "Entry", "Outcome", "Workspaces", "deployer_of", "error_of"]
