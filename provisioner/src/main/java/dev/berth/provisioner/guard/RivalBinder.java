package dev.berth.provisioner.guard;

import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.object.Volume;
import dev.berth.provisioner.queue.Controller;
import dev.berth.provisioner.queue.Outcome;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether kube-controller-manager binds although we were told that it does not. No object
 * says which of its controllers run, so it is given a PV that we leave alone and that is of no use
 * to any claim: only a binder makes that Available. Its only key stands for the question.
 */
public final class RivalBinder implements Controller {
  /** The PV that nobody but another binder touches. */
  public static final Key QUESTION = Key.of("berth-binder-question");

  private static final Logger LOG = LoggerFactory.getLogger(RivalBinder.class);

  /** A binder that runs answers in milliseconds, and one that is behind in seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Whoever starts it later is found, too. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMinutes(10);

  private final Cluster cluster;
  private boolean asked; // of the one worker
  private volatile boolean found;

  /** Asks as soon as it is run. */
  public RivalBinder(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Whether there is another binder: then nothing is to be bound here. */
  public boolean found() {
    return found;
  }

  @Override
  public String name() {
    return "rival binder";
  }

  @Override
  public List<Subscription> watch(Consumer<Key> enqueue) {
    enqueue.accept(QUESTION);
    return List.of();
  }

  @Override
  public Outcome reconcile(Key key) {
    if (!asked) {
      ask();
      asked = true;
      return Outcome.again(PATIENCE);
    }
    Optional<PersistentVolume> answer = cluster.getLive(Kind.VOLUME, QUESTION);
    boolean rival =
        answer.filter(volume -> new Volume(volume).phase().equals("Available")).isPresent();
    if (rival && !found) {
      tell(answer.orElseThrow());
    } else if (found && !rival) {
      LOG.info("kube-controller-manager binds no more: volumes and claims are bound here again");
    }
    found = rival;
    withdraw();
    asked = false;
    return Outcome.again(BETWEEN_QUESTIONS);
  }

  private void ask() {
    withdraw(); // one that died has left it
    try {
      cluster.create(question());
    } catch (ClusterException.AlreadyExists _) {
      // it is on its way out, and says what another has asked before
    }
  }

  /** What protects PVs may not run here, and this one needs no protection. */
  private void withdraw() {
    try {
      cluster.delete(Kind.VOLUME, QUESTION, Preconditions.NONE);
      cluster
          .getLive(Kind.VOLUME, QUESTION)
          .ifPresent(
              there ->
                  cluster.replace(
                      new PersistentVolumeBuilder(there)
                          .editMetadata()
                          .withFinalizers(List.of())
                          .endMetadata()
                          .build()));
    } catch (ClusterException.NotFound _) {
      // it was quicker
    }
  }

  private static PersistentVolume question() {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(QUESTION.name())
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withCapacity(Map.of("storage", new Quantity("1")))
        .withPersistentVolumeReclaimPolicy("Retain")
        .withStorageClassName(QUESTION.name())
        .withNewCsi()
        .withDriver("question.berth.dev")
        .withVolumeHandle("none")
        .endCsi()
        .endSpec()
        .build();
  }

  private void tell(PersistentVolume volume) {
    String why =
        "kube-controller-manager binds volumes although berth serve runs with --binder=full, which"
            + " binds nothing as long as that is so: two binders take each other's volumes; start"
            + " kube-controller-manager with --controllers=*,-persistentvolume-binder-controller,"
            + " or berth serve with --binder=auto";
    LOG.warn("{}", why);
    cluster.event(Notice.warning(volume, "TwoBinders", why));
  }
}
