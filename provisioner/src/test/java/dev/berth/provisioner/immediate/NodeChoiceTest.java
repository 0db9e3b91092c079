package dev.berth.provisioner.immediate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.quantity.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeChoiceTest {
  private static Site site(String node, long largest, long promised, int claims) {
    return new Site(node, new Bytes(largest), new Bytes(promised), claims);
  }

  @Test
  void the_node_with_most_room_is_chosen_after_what_others_were_promised() {
    assertThat(
            NodeChoice.best(
                List.of(site("a", 100, 60, 1), site("b", 50, 0, 0), site("c", 200, 160, 2)),
                new Bytes(10)))
        .map(Site::node)
        .contains("b");
  }

  @Test
  void of_equal_ones_the_least_used_then_the_first_by_name() {
    assertThat(
            NodeChoice.best(
                List.of(site("c", 50, 0, 0), site("a", 60, 10, 1), site("b", 50, 0, 0)),
                new Bytes(10)))
        .map(Site::node)
        .contains("b");
  }

  @Test
  void where_nothing_fits_the_best_is_named() {
    List<Site> sites = List.of(site("a", 4096, 0, 0), site("b", 8192, 0, 0));
    assertThat(NodeChoice.best(sites, new Bytes(10_000))).isEmpty();
    assertThat(NodeChoice.problem(sites, "fast", new Bytes(10_240)))
        .isEqualTo(
            "no node has room for 10Ki: the most is 8Ki on b, of 2 node(s); free space there, add"
                + " a node, or ask for less");
    assertThat(NodeChoice.problem(List.of(), "fast", new Bytes(1)))
        .startsWith("no node that is ready has published its room for class fast");
  }

  @Test
  void a_burst_does_not_go_to_one_node_alone() {
    Ledger ledger = new Ledger();
    List<Site> published = List.of(site("a", 30, 0, 0), site("b", 25, 0, 0));
    Bytes ten = new Bytes(10);
    assertThat(ledger.choose(Key.of("ns", "1"), published, ten)).contains("a");
    assertThat(ledger.choose(Key.of("ns", "2"), published, ten)).contains("b");
    assertThat(ledger.choose(Key.of("ns", "3"), published, ten)).contains("a");
    assertThat(ledger.choose(Key.of("ns", "4"), published, ten)).contains("b");
    assertThat(ledger.choose(Key.of("ns", "5"), published, ten)).contains("a");
    assertThat(ledger.choose(Key.of("ns", "6"), published, ten)).isEmpty();
    ledger.remove(Key.of("ns", "2"));
    assertThat(ledger.choose(Key.of("ns", "6"), published, ten)).contains("b");
  }
}
