"""From one version of a project to another while events and questions go on."""

from tinylite.deploy.deployer import Deployer, Outcome, deployer_of, error_of

__all__ = ["Deployer", "Outcome", "deployer_of", "error_of"]
