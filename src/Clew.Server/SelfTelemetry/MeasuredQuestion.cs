using Clew.Server.SelfTelemetry.Events;
using Clew.Telemetry;

namespace Clew.Server.SelfTelemetry;

/// <summary>One question to the store, timed, with its outcome.</summary>
internal static class MeasuredQuestion
{
    public static async Task<T> AskAsync<T>(Func<Task<T>> ask, string query, ServerTelemetry telemetry, TimeProvider time)
    {
        var start = time.GetTimestamp();
        var outcome = "failed";
        using var span = ServerTelemetry.Source.StartActivity(query);
        try
        {
            var answer = await ask();
            outcome = "ok";
            return answer;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        catch (InvalidQuestionException)
        {
            outcome = "invalid";
            throw;
        }
        catch (QueryLimitException)
        {
            outcome = "limit";
            throw;
        }
        catch (StoreUnavailableException)
        {
            outcome = "unavailable";
            throw;
        }
        finally
        {
            telemetry.Report(new QueryAnswered(query, outcome, time.GetElapsedTime(start)));
        }
    }
}
