package dev.berth.program.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.program.terminal.Style.Tone;
import dev.berth.program.terminal.Table.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columns_are_as_wide_as_their_widest_cell_and_three_blanks_apart() {
    Table table = new Table("NAME", "STATUS").row("a", "Bound").row("longer", "Pending");

    assertThat(table.lines(Style.PLAIN, true))
        .containsExactly("NAME     STATUS", "a        Bound", "longer   Pending");
  }

  @Test
  void empty_cells_at_the_end_leave_no_blanks() {
    assertThat(new Table("NAME", "REASON").row("a", "").lines(Style.PLAIN, false))
        .containsExactly("a");
  }

  @Test
  void colour_does_not_move_the_columns() {
    Table table =
        new Table("STATUS", "AGE")
            .row(List.of(new Cell("Bound", Tone.GOOD), Cell.of("5s")))
            .row("Pending", "1s");

    assertThat(table.lines(new Style(true), true))
        .containsExactly("STATUS    AGE", "\033[32mBound\033[0m     5s", "Pending   1s");
  }

  @Test
  void line_breaks_in_a_cell_do_not_break_the_table() {
    assertThat(new Table("MESSAGE").row("one\n  two").lines(Style.PLAIN, false))
        .containsExactly("one two");
  }

  @Test
  void a_row_has_as_many_cells_as_there_are_headings() {
    assertThatThrownBy(() -> new Table("A", "B").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells under 2 headings");
  }
}
