using Clew.Storage.Engine;

namespace Clew.Storage;

/// <summary>What the engine's errors mean to callers of the ports.</summary>
internal static class StoreErrors
{
    public static Exception Translate(Exception error) => error switch
    {
        EngineException engine => Translate(engine),
        IOException io => new StoreUnavailableException($"The store could not write: {io.Message}", TimeSpan.FromSeconds(10), io),
        _ => error,
    };

    private static Exception Translate(EngineException error) => error.Code switch
    {
        EngineErrorCodes.NotEnoughSpace or EngineErrorCodes.CannotWriteToFile =>
            new StoreUnavailableException($"The disk is full or cannot be written: {error.Message}", TimeSpan.FromSeconds(30), error),
        EngineErrorCodes.TooManyParts =>
            new StoreUnavailableException("Writes come faster than they can be merged.", TimeSpan.FromSeconds(5), error),
        EngineErrorCodes.TimeoutExceeded =>
            new QueryLimitException("query.timeout", "The question took longer than the limit query.timeout allows; narrow its time range or conditions.", error),
        EngineErrorCodes.MemoryLimitExceeded =>
            new QueryLimitException("query.memory", "The question needs more memory than the limit query.memory allows; narrow its time range or conditions.", error),
        EngineErrorCodes.TooManyRows or EngineErrorCodes.TooManyRowsOrBytes =>
            new QueryLimitException("query.rows", "The answer is larger than the limit query.rows allows; narrow its time range or conditions.", error),
        EngineErrorCodes.CannotCompileRegexp =>
            new InvalidQuestionException("The regular expression cannot be compiled.", error),
        _ => error,
    };
}
