using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary>A request that the API of another product answers with an error: the status, and the message in the words its clients show. Each API writes it in its own form.</summary>
internal sealed class PeerRefusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static PeerRefusal BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    public static PeerRefusal NotFound(string message) => new(StatusCodes.Status404NotFound, message);

    /// <summary>Answers a request; what is refused on the way is written by <paramref name="refuse"/>, as long as nothing was sent yet.</summary>
    public static async Task AnswerAsync(HttpContext http, Func<Task> answer, Func<PeerRefusal, Task> refuse)
    {
        try
        {
            await answer();
        }
        catch (Exception error) when (!http.Response.HasStarted && Of(error, http) is { } refusal)
        {
            http.Response.StatusCode = refusal.Status;
            await refuse(refusal);
        }
    }

    /// <summary>What an exception means to the asker; null when it is none of theirs.</summary>
    private static PeerRefusal? Of(Exception error, HttpContext http)
    {
        switch (error)
        {
            case PeerRefusal refusal:
                return refusal;
            case InvalidQuestionException:
                return BadRequest(error.Message);
            case QueryLimitException:
                return new PeerRefusal(StatusCodes.Status422UnprocessableEntity, error.Message);
            case StoreUnavailableException unavailable:
                Problems.RetryAfter(http, unavailable.RetryAfter);
                return new PeerRefusal(StatusCodes.Status503ServiceUnavailable, error.Message);
            default:
                return null;
        }
    }
}
