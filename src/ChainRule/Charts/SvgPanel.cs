namespace ChainRule.Charts;

/// <summary>One pair of axes with its traces: ranges, ticks, labels and the rectangle that they fill.</summary>
internal sealed class Panel
{
    /// <summary>From one line of an axis's title to the next.</summary>
    public const double LineHeight = 17;

    private const double FontSize = 12;
    private readonly (double From, double To) _xDomain;
    private readonly (double From, double To) _yDomain;

    public Panel(
        int number,
        Axis x,
        Axis y,
        List<(Trace Trace, int Index)> traces,
        (double From, double To) xDomain,
        (double From, double To) yDomain)
    {
        (Number, X, Y, Traces, _xDomain, _yDomain) = (number, x, y, traces, xDomain, yDomain);
        (XRange, XIsLabels) = RangeOf(x, horizontal: true);
        (YRange, YIsLabels) = RangeOf(y, horizontal: false);
        XStep = Ticks.Step(XRange.From, XRange.To, 9);
        XTicks = x.TickValues ?? TicksOf(x, XRange, Wide(xDomain) ? 9 : 5);
        YTicks = y.TickValues ?? TicksOf(y, YRange, 6);
        XLabels = LabelsOf(x, horizontal: true, XTicks, XStep);
        YLabels = LabelsOf(y, horizontal: false, YTicks, Ticks.Step(YRange.From, YRange.To, 6));
    }

    public int Number { get; }

    public Axis X { get; }

    public Axis Y { get; }

    public List<(Trace Trace, int Index)> Traces { get; }

    public (double From, double To) XRange { get; }

    public (double From, double To) YRange { get; }

    public bool XIsLabels { get; }

    public bool YIsLabels { get; }

    public double XStep { get; }

    public IReadOnlyList<double> XTicks { get; }

    public IReadOnlyList<double> YTicks { get; }

    public IReadOnlyList<(double At, string Text)> XLabels { get; }

    public IReadOnlyList<(double At, string Text)> YLabels { get; }

    public bool AtLeft => _xDomain.From <= 0;

    public double YLabelWidth =>
        (Y.ShowTickLabels ? 10 + YLabels.Select(l => SvgDrawing.TextWidth(l.Text, FontSize)).DefaultIfEmpty(0).Max() : 0) + (Y.Title is null ? 0 : 20);

    public double XLabelHeight => (X.ShowTickLabels ? 22 : 0) + (X.Title is { } title ? 20 + (LineHeight * title.Count(c => c == '\n')) : 0);

    public double Left { get; private set; }

    public double Top { get; private set; }

    public double Right { get; private set; }

    public double Bottom { get; private set; }

    public double Width => Right - Left;

    public double Height => Bottom - Top;

    public static (double Low, double High) ValueRange(GridTrace grid)
    {
        var values = grid.Z.SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        double low = grid.ZMin ?? values.Min();
        double high = grid.ZMax ?? values.Max();
        return high > low ? (low, high) : (low - 1, high + 1);
    }

    public void Place(double left, double right, double top, double bottom)
    {
        Left = left + (_xDomain.From * (right - left));
        Right = left + (_xDomain.To * (right - left));
        Bottom = bottom - (_yDomain.From * (bottom - top));
        Top = bottom - (_yDomain.To * (bottom - top));
        if (X.SameScale || Y.SameScale)
        {
            double unit = Math.Min(Width / Math.Abs(XRange.To - XRange.From), Height / Math.Abs(YRange.To - YRange.From));
            double spareX = (Width - (unit * Math.Abs(XRange.To - XRange.From))) / 2;
            double spareY = (Height - (unit * Math.Abs(YRange.To - YRange.From))) / 2;
            (Left, Right, Top, Bottom) = (Left + spareX, Right - spareX, Top + spareY, Bottom - spareY);
        }
    }

    public double MapX(double value) => Left + (Share(X, XRange, value) * Width);

    public double MapY(double value) => Bottom - (Share(Y, YRange, value) * Height);

    /// <summary>How far along the axis a value stands, from 0 to 1; NaN where a logarithmic axis has no place for it.</summary>
    private static double Share(Axis axis, (double From, double To) range, double value)
    {
        if (!axis.Logarithmic)
        {
            return (value - range.From) / (range.To - range.From);
        }

        return value > 0 ? (Math.Log10(value) - Math.Log10(range.From)) / (Math.Log10(range.To) - Math.Log10(range.From)) : double.NaN;
    }

    private static IReadOnlyList<double> TicksOf(Axis axis, (double From, double To) range, int about) =>
        axis.Logarithmic ? Ticks.Powers(range.From, range.To, about) : Ticks.Between(range.From, range.To, about);

    private static bool Wide((double From, double To) domain) => domain.To - domain.From > 0.6;

    private static IEnumerable<AxisValues> Along(Trace trace, bool horizontal) => trace switch
    {
        ScatterTrace s => [horizontal ? s.X : s.Y],
        BarTrace b => [horizontal ? b.X : b.Y],
        GridTrace g => [horizontal
            ? g.X ?? AxisValues.Of(Enumerable.Range(0, g.Z.Count == 0 ? 0 : g.Z[0].Count).Select(i => (double)i))
            : g.Y ?? AxisValues.Of(Enumerable.Range(0, g.Z.Count).Select(i => (double)i))],
        _ => [],
    };

    private ((double From, double To) Range, bool IsLabels) RangeOf(Axis axis, bool horizontal)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        bool labels = false;
        bool marks = false;
        bool bars = false;
        foreach ((Trace trace, _) in Traces)
        {
            bool lengths = trace is BarTrace bar && bar.Horizontal == horizontal;
            bool places = trace is HeatmapTrace || (trace is BarTrace && !lengths);
            bars |= lengths;
            marks |= trace is ScatterTrace { Mode: not ScatterMode.Lines };
            if (lengths)
            {
                (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
            }

            foreach (AxisValues values in Along(trace, horizontal))
            {
                labels |= values.Labels is not null;
                double half = places ? (trace is BarTrace { Width: { } own } ? own / 2 : 0.5) : 0;
                for (int i = 0; i < values.Count; i++)
                {
                    double value = values.Position(i);
                    if (axis.Logarithmic)
                    {
                        value = value > 0 ? Math.Log10(value) : double.NaN;
                    }

                    if (double.IsFinite(value))
                    {
                        (low, high) = (Math.Min(low, value - half), Math.Max(high, value + half));
                    }
                }
            }
        }

        if (axis.Range is { } range)
        {
            return (range, labels);
        }

        if (low > high)
        {
            (low, high) = (0, 1);
        }

        if (low == high)
        {
            (low, high) = (low - 1, high + 1);
        }

        bool exact = labels || Traces.TrueForAll(t => t.Trace is GridTrace);
        if (!exact && (!horizontal || marks || bars))
        {
            // Bars stand on zero; everything else keeps a little distance from the frame, and values at bars' ends need more.
            double pad = (high - low) * (bars ? 0.1 : 0.06);
            (low, high) = (bars && low == 0 ? 0 : low - pad, bars && high == 0 ? 0 : high + pad);
        }

        if (axis.Logarithmic)
        {
            // The smallest positive double ends every logarithmic axis.
            (low, high) = (Math.Pow(10, Math.Max(low, -323)), Math.Pow(10, Math.Max(Math.Min(high, 308), -322)));
        }

        return (axis.Reversed ? (high, low) : (low, high), labels);
    }

    private List<(double At, string Text)> LabelsOf(Axis axis, bool horizontal, IReadOnlyList<double> ticks, double step)
    {
        if (axis is { TickValues: not null, TickText: { } texts })
        {
            return [.. ticks.Zip(texts)];
        }

        bool labelled = horizontal ? XIsLabels : YIsLabels;
        if (labelled)
        {
            AxisValues names = Traces.SelectMany(t => Along(t.Trace, horizontal)).First(v => v.Labels is not null);
            return [.. names.Labels!.Select((text, i) => ((double)i, text))];
        }

        return [.. ticks.Select(t => (t, axis.Logarithmic ? ChartNumber.Power(t) : ChartNumber.Tick(t, step)))];
    }
}
