using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace ChainRule.Networks;

/// <summary>A linear map of the plane with its matrix [[A, B], [C, D]]: x ↦ (A x₁ + B x₂, C x₁ + D x₂).</summary>
/// <param name="Name">What it is called: shear by 1.</param>
/// <param name="A">The entry in the first row and column.</param>
/// <param name="B">The entry in the first row and the second column.</param>
/// <param name="C">The entry in the second row and the first column.</param>
/// <param name="D">The entry in the second row and column.</param>
public sealed record PlaneMap(string Name, double A, double B, double C, double D)
{
    /// <summary>The determinant: by how much areas grow; negative where the plane is turned over.</summary>
    public double Determinant => (A * D) - (B * C);

    /// <summary>The map that changes nothing.</summary>
    public static PlaneMap Identity { get; } = new("identity", 1, 0, 0, 1);

    /// <summary>(x₁ + k x₂, x₂); the determinant is 1.</summary>
    /// <param name="k">How far the upper edge of the unit square moves.</param>
    public static PlaneMap Shear(double k) => new($"shear by {Text(k)}", 1, k, 0, 1);

    /// <summary>(s x₁, t x₂); the determinant is s t.</summary>
    /// <param name="s">The factor of the first axis.</param>
    /// <param name="t">The factor of the second axis.</param>
    public static PlaneMap Scale(double s, double t) => new($"scale by ({Text(s)}, {Text(t)})", s, 0, 0, t);

    /// <summary>A rotation about the origin, counterclockwise; the determinant is 1.</summary>
    /// <param name="degrees">The angle in degrees.</param>
    public static PlaneMap Rotation(double degrees)
    {
        var (sine, cosine) = SinCos(degrees);
        return new($"rotation by {Text(degrees)}°", cosine, -sine, sine, cosine);
    }

    /// <summary>A reflection in a line through the origin; the determinant is −1.</summary>
    /// <param name="degrees">The line's angle to the first axis, in degrees.</param>
    public static PlaneMap Reflection(double degrees)
    {
        var (sine, cosine) = SinCos(2 * degrees);
        return new($"reflection in the line at {Text(degrees)}°", cosine, sine, sine, -cosine);
    }

    /// <summary>A map from its matrix.</summary>
    /// <param name="matrix">A 2 × 2 matrix.</param>
    /// <param name="name">What it is called; null writes the matrix.</param>
    /// <exception cref="ShapeException">The matrix has another size.</exception>
    public static PlaneMap Of(double[,] matrix, string? name = null)
    {
        Require.NotNull(matrix);
        return matrix.GetLength(0) == 2 && matrix.GetLength(1) == 2
            ? new(name ?? $"[{Text(matrix[0, 0])} {Text(matrix[0, 1])}; {Text(matrix[1, 0])} {Text(matrix[1, 1])}]", matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1])
            : throw new ShapeException($"A linear map of the plane has a 2 × 2 matrix; this one is {matrix.GetLength(0)} × {matrix.GetLength(1)}.");
    }

    /// <summary>A map from its matrix.</summary>
    public static implicit operator PlaneMap(double[,] matrix) => Of(matrix);

    /// <summary>A map from its matrix.</summary>
    public static implicit operator PlaneMap(Matrix<double> matrix)
    {
        Require.NotNull(matrix);
        return Of(matrix.ToArray());
    }

    /// <summary>The composition: first the right one, then the left one, as matrices are multiplied.</summary>
    public static PlaneMap operator *(PlaneMap after, PlaneMap before)
    {
        Require.NotNull(after);
        Require.NotNull(before);
        return new(
            $"{before.Name}, then {after.Name}",
            (after.A * before.A) + (after.B * before.C),
            (after.A * before.B) + (after.B * before.D),
            (after.C * before.A) + (after.D * before.C),
            (after.C * before.B) + (after.D * before.D));
    }

    /// <summary>Where a point goes.</summary>
    /// <param name="x">Its first coordinate.</param>
    /// <param name="y">Its second coordinate.</param>
    public (double X, double Y) Apply(double x, double y) => ((A * x) + (B * y), (C * x) + (D * y));

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Sine and cosine of an angle in degrees; exact where the angle is a multiple of 90.</summary>
    private static (double Sine, double Cosine) SinCos(double degrees) => (degrees % 360) switch
    {
        0 => (0, 1),
        90 or -270 => (1, 0),
        180 or -180 => (0, -1),
        270 or -90 => (-1, 0),
        var angle => Math.SinCos(angle * Math.PI / 180),
    };

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture).Replace('-', '−');
}
