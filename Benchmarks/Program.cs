using Tef.Benchmarks.Verbs;

return CommandRunner.Run(args);
