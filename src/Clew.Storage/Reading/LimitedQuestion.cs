using System.Globalization;
using Clew.Storage.Engine;
using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>A question to the engine within the limits of one question.</summary>
internal static class LimitedQuestion
{
    /// <param name="settings">Further settings, each with a comma before it.</param>
    public static async Task<IReadOnlyList<NativeBlock>> AskAsync(IStoreEngine engine, StorageLimits limits, string sql, CancellationToken cancellation, string settings = "")
    {
        var limited = string.Create(
            CultureInfo.InvariantCulture,
            $"{sql} SETTINGS max_execution_time = {Math.Max(1, (int)limits.QueryTimeout.TotalSeconds)}, max_memory_usage = {limits.QueryMemory}{settings}");
        try
        {
            return await engine.QueryAsync(EngineWork.Read, limited, cancellation);
        }
        catch (EngineException error)
        {
            throw StoreErrors.Translate(error);
        }
    }
}
