using Xunit;

// The host's formatters are one table for the whole process, and one test resets it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
