using System.Diagnostics;
using System.Threading.Channels;

namespace Shop.Services;

/// <summary>Accepts messages to customers and sends them in the background, one after the other.</summary>
internal static partial class Notifications
{
    private const int QueueLimit = 500;

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton(Channel.CreateBounded<Mail>(QueueLimit));
        services.AddHostedService<Sender>();
    }

    public static void Map(WebApplication app, Faults faults)
    {
        faults.Add("stalled-sender", "the sender stops taking messages; the queue fills and then refuses");
        faults.Add("slow-sender", "each message takes so long to send; those behind it wait", null, ("ms", 900));
        faults.Add("lost-mail", "messages are accepted and never sent, and nobody is told");
        var queue = app.Services.GetRequiredService<Channel<Mail>>();
        Telemetry.Meter.CreateObservableUpDownCounter("notifications.queue.length", () => queue.Reader.Count, "{message}", "Messages not sent yet.");
        Telemetry.Meter.CreateObservableUpDownCounter("notifications.queue.limit", () => QueueLimit, "{message}", "Messages that may wait.");
        app.MapPost("/notifications", (NotificationRequest request, ILogger<Program> logger) =>
        {
            Activity.Current?.SetTag("order.id", request.OrderId);
            if (queue.Writer.TryWrite(new Mail(request, Activity.Current?.Context ?? default)))
            {
                return Results.StatusCode(StatusCodes.Status204NoContent);
            }

            QueueFull(logger, request.OrderId, QueueLimit);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        });
    }

    /// <summary>A message and the span that asked for it.</summary>
    internal sealed record Mail(NotificationRequest Request, ActivityContext AskedBy);

    private sealed class Sender(Channel<Mail> queue, Faults faults, TimeProvider time, ILogger<Sender> logger) : BackgroundService
    {
        private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (var mail in queue.Reader.ReadAllAsync(stoppingToken))
            {
                if (faults.Find("lost-mail") is { IsOn: true })
                {
                    continue;
                }

                while (faults.Find("stalled-sender") is { IsOn: true })
                {
                    await Task.Delay(Rest, time, stoppingToken);
                }

                // Sending happens later and for its own sake: a trace of its own that points back at the request.
                using var span = Telemetry.Source.StartActivity(
                    "send " + mail.Request.Template, ActivityKind.Consumer, parentContext: default, links: [new ActivityLink(mail.AskedBy)]);
                span?.SetTag("order.id", mail.Request.OrderId);
                span?.SetTag("user.id", mail.Request.User);
                if (faults.Find("slow-sender") is { IsOn: true } slow)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(slow["ms"]), time, stoppingToken);
                }

                Sent(logger, mail.Request.Template, mail.Request.User, mail.Request.OrderId);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Sent {Template} to {UserId} for order {OrderId}")]
    private static partial void Sent(ILogger logger, string template, string userId, string orderId);

    [LoggerMessage(LogLevel.Error, "Queue full, message for order {OrderId} refused: {Limit} waiting")]
    private static partial void QueueFull(ILogger logger, string orderId, int limit);
}
