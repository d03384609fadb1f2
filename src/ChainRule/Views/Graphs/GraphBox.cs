namespace ChainRule.Views;

/// <summary>A rectangle of a drawing.</summary>
internal readonly record struct GraphBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>The rectangle around a middle.</summary>
    public static GraphBox Around(double x, double y, double width, double height) => new(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2));

    /// <summary>The area that two rectangles share.</summary>
    public double Overlap(GraphBox other) =>
        Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

    /// <summary>Whether a line passes the rectangle (Liang and Barsky 1984).</summary>
    public bool IsCrossedBy((double X, double Y) from, (double X, double Y) to)
    {
        var (first, last) = (0.0, 1.0);
        return Clip(to.X - from.X, from.X - Left, Right - from.X) && Clip(to.Y - from.Y, from.Y - Top, Bottom - from.Y);

        // The part of the line between two parallel borders.
        bool Clip(double step, double below, double above)
        {
            if (step == 0)
            {
                return below > 0 && above > 0;
            }

            var (enter, leave) = step > 0 ? (-below / step, above / step) : (above / step, -below / step);
            (first, last) = (Math.Max(first, enter), Math.Min(last, leave));
            return first < last;
        }
    }
}
