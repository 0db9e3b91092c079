package dev.berth.controller.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final int RUNS = 300;

  @Test
  void what_stays_is_told_once_whatever_comes_and_goes_between_the_pages() {
    Random random = new Random(1);
    for (int run = 0; run < RUNS; run++) {
      TreeSet<String> there = new TreeSet<>();
      TreeSet<String> stays = new TreeSet<>();
      random.ints(30, 0, 1000).forEach(i -> there.add(id(i)));
      there.stream().filter(_ -> random.nextBoolean()).forEach(stays::add);
      List<String> told = new ArrayList<>();
      String token = "";
      do {
        Page<String> page =
            Page.of(there.stream(), id -> id, Page.Request.of(token, 1 + random.nextInt(5)));
        told.addAll(page.entries());
        token = page.nextToken();
        there.removeIf(id -> !stays.contains(id) && random.nextInt(4) == 0);
        random.ints(3, 0, 1000).forEach(i -> there.add(id(i)));
      } while (!token.isEmpty());
      assertThat(told).as("run %d", run).doesNotHaveDuplicates().isSorted().containsAll(stays);
    }
  }

  @Test
  void no_more_is_taken_than_the_page_and_the_look_whether_there_is_more() {
    List<String> taken = new ArrayList<>();
    Page<String> page =
        Page.of(
            Stream.of(id(1), id(2), id(3), id(4)).peek(taken::add),
            id -> id,
            Page.Request.of("", 2));
    assertThat(page.entries()).containsExactly(id(1), id(2));
    assertThat(taken).hasSize(3);
  }

  /**
   * The log has an error where a status has a cause: this is the caller's mistake, and has none.
   */
  @ParameterizedTest
  @ValueSource(strings = {"invalid-token", "%%%", "djEgYWJj", "djE"})
  void a_token_that_was_never_given_is_aborted_without_a_cause(String token) {
    var refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> Page.Request.of(token, 0));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Code.ABORTED);
    assertThat(refusal.getStatus().getDescription())
        .isEqualTo("starting_token is not a next_token of this list; list again without it");
    assertThat(refusal.getStatus().getCause()).isNull();
  }

  private static String id(int number) {
    return "abcd1234.v-" + number;
  }
}
