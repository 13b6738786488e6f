using System.Diagnostics.Metrics;
using System.Net;
using Shop.Services;

namespace Shop.Tests;

public sealed class PaymentsTests
{
    [Fact]
    public void Pauses_double_and_end()
    {
        var policy = new RetryPolicy(MaxRetries: 3, FirstPause: TimeSpan.FromMilliseconds(100));
        Enumerable.Range(0, 6).Select(policy.PauseBefore).ShouldBe(
            [null, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400), null, null]);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(HttpStatusCode.OK, false)]
    [InlineData(HttpStatusCode.PaymentRequired, false)]
    [InlineData(HttpStatusCode.BadRequest, false)]
    [InlineData(HttpStatusCode.RequestTimeout, true)]
    [InlineData(HttpStatusCode.TooManyRequests, true)]
    [InlineData(HttpStatusCode.InternalServerError, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    public void Only_what_may_differ_next_time_is_sent_again(HttpStatusCode? status, bool expected) => RetryPolicy.IsTransient(status).ShouldBe(expected);

    [Fact]
    public async Task A_pool_gives_out_its_limit_turns_the_next_away_and_gives_again_what_came_back()
    {
        using var meter = new Meter("pool under test");
        using var measured = new Measurements(meter);
        using var pool = new ConnectionLeases("cardpay", limit: 2, patience: TimeSpan.FromMilliseconds(20), TimeProvider.System, meter);
        var first = await pool.TakeAsync(CancellationToken.None);
        var second = await pool.TakeAsync(CancellationToken.None);
        first.ShouldNotBeNull();
        second.ShouldNotBeNull();
        (await pool.TakeAsync(CancellationToken.None)).ShouldBeNull();
        measured.Read("connection_pool.used").ShouldBe(2);
        measured.Read("connection_pool.limit").ShouldBe(2);
        measured.Read("connection_pool.pending_requests").ShouldBe(0);
        measured.Read("connection_pool.timeouts").ShouldBe(1);

        first.Dispose();
        first.Dispose();
        pool.Used.ShouldBe(1);
        (await pool.TakeAsync(CancellationToken.None)).ShouldNotBeNull();
        measured.Read("connection_pool.used").ShouldBe(2);
    }

    [Fact]
    public async Task A_leaking_pool_runs_dry_and_is_whole_again_afterwards()
    {
        using var meter = new Meter("leaking pool under test");
        using var pool = new ConnectionLeases("cardpay", limit: 2, patience: TimeSpan.FromMilliseconds(20), TimeProvider.System, meter) { Leaks = true };
        (await pool.TakeAsync(CancellationToken.None))!.Dispose();
        (await pool.TakeAsync(CancellationToken.None))!.Dispose();
        (await pool.TakeAsync(CancellationToken.None)).ShouldBeNull();
        pool.Leaks = false;
        pool.Used.ShouldBe(0);
        (await pool.TakeAsync(CancellationToken.None)).ShouldNotBeNull();
    }

    /// <summary>The last value of observable instruments, the sum of counters.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly Dictionary<string, double> _values = [];
        private readonly MeterListener _listener = new();

        public Measurements(Meter meter)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _values[instrument.Name] = value);
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _values[instrument.Name] = _values.GetValueOrDefault(instrument.Name) + value);
            _listener.Start();
        }

        public double Read(string instrument)
        {
            _listener.RecordObservableInstruments();
            return _values[instrument];
        }

        public void Dispose() => _listener.Dispose();
    }
}
