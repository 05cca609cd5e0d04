"""On whom a country depends: indicators of materials by trade and output, and reliance on foreign inputs."""
