using System.Reflection;
using Clew.Server.Hosting;
using Clew.Telemetry;

namespace Clew.Server.Tests.Support;

/// <summary>
/// A store of which only questions matter: each waits until whoever asked goes away, or fails as a test wants it. Writes go to a <see cref="RecordingStore"/>, and so do questions until the test begins.
/// </summary>
public class AskedStore : DispatchProxy
{
    private readonly RecordingStore _recording = new();
    private volatile Questions? _questions;

    /// <summary>Opens the faces of one store; of both readers the questions are held.</summary>
    internal static StorePorts Open(Questions questions)
    {
        var recording = new RecordingStore();
        var (reader, metrics) = (Create<ITelemetryReader, AskedStore>(), Create<IMetricReader, AskedStore>());
        ((AskedStore)(object)reader)._questions = questions;
        ((AskedStore)(object)metrics)._questions = questions;
        return new StorePorts(recording, reader, recording) { Metrics = metrics };
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        var questions = _questions!;
        return questions.AreHeld
            ? typeof(Questions).GetMethod(nameof(Questions.HoldAsync))!.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(questions, [args!.OfType<CancellationToken>().Last()])
            : targetMethod.Invoke(_recording, args);
    }

    /// <summary>What is asked of the store.</summary>
    public sealed class Questions
    {
        private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Questions from now on are held.</summary>
        public bool AreHeld { get; set; }

        /// <summary>What questions fail with; null when they wait.</summary>
        public Exception? Failure { get; set; }

        /// <summary>The next question has come.</summary>
        public Task Asked => _asked.Task;

        /// <summary>The store was told to stop working on it.</summary>
        public Task Stopped => _stopped.Task;

        /// <summary>Forgets the questions so far.</summary>
        public void Begin()
        {
            _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            AreHeld = true;
        }

        public async Task<T> HoldAsync<T>(CancellationToken cancellation)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }

            var (stopped, answer) = (_stopped, new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously));
            await using var registration = cancellation.Register(() =>
            {
                stopped.TrySetResult();
                answer.TrySetCanceled(cancellation);
            });
            _asked.TrySetResult();
            return await answer.Task;
        }
    }
}
