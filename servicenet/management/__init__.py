"""Commands of Django and libraries, as this project has them: settings name `servicenet` before the apps that they come from."""
