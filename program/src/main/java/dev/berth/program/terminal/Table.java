package dev.berth.program.terminal;

import dev.berth.program.terminal.Style.Tone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows under headings in columns as wide as their widest cell, three blanks apart, as kubectl
 * prints them.
 */
public final class Table {
  private static final String GAP = "   ";

  /**
   * One cell.
   *
   * @param text what it says; line breaks are printed as blanks
   * @param tone its colour on a terminal
   */
  public record Cell(String text, Tone tone) {
    public Cell {
      text = text.replaceAll("\\s*\\R\\s*", " ");
    }

    public static Cell of(String text) {
      return new Cell(text, Tone.PLAIN);
    }
  }

  private final List<String> headings;
  private final List<List<Cell>> rows = new ArrayList<>();

  public Table(String... headings) {
    this(Arrays.asList(headings));
  }

  public Table(List<String> headings) {
    this.headings = List.copyOf(headings);
  }

  /** Adds a row; it has as many cells as there are headings. */
  public Table row(List<Cell> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.size() + " cells under " + headings.size() + " headings");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Adds a row without colour. */
  public Table row(String... cells) {
    return row(Arrays.stream(cells).map(Cell::of).toList());
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The lines: headings first, unless {@code withHeadings} is false. */
  public List<String> lines(Style style, boolean withHeadings) {
    int[] widths = widths();
    List<String> lines = new ArrayList<>();
    if (withHeadings) {
      lines.add(line(headings.stream().map(Cell::of).toList(), widths, Style.PLAIN));
    }
    rows.forEach(row -> lines.add(line(row, widths, style)));
    return lines;
  }

  private int[] widths() {
    int[] widths = headings.stream().mapToInt(String::length).toArray();
    for (List<Cell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).text().length());
      }
    }
    return widths;
  }

  private static String line(List<Cell> cells, int[] widths, Style style) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      line.append(style.paint(cell.tone(), cell.text()));
      if (i < cells.size() - 1) {
        line.repeat(' ', widths[i] - cell.text().length()).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }
}
