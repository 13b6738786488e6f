global using Clew.Telemetry;
