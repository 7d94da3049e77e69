import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parseEnv } from "node:util";
import { parser as promql } from "@prometheus-io/lezer-promql";
import { type Copy, DockerfileParser, type From, type Instruction, type JSONInstruction } from "dockerfile-ast";
import { validate as lintDockerfile } from "dockerfile-utils";
import { Deployment } from "kubernetes-models/apps/v1";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { Service, ServiceAccount } from "kubernetes-models/v1";
import { beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { PARTS, SHARED } from "../scripts/build.mjs";
import { CONFIG_VARIABLES, parseConfig } from "../src/config/config.js";
import { ERRORS } from "../src/graph/errors.js";
import { METRICS } from "./support/metrics.js";
import { ROOT } from "./support/process.js";

/** Labels that Prometheus adds itself. */
const SCRAPE_LABELS = ["job", "instance"];

/** Seconds that the process may take after SIGTERM beyond REQUEST_DEADLINE_MS (`src/bootstrap/cli.ts`). */
const DRAIN_MARGIN_S = 5;

type Json = Readonly<Record<string, unknown>>;

const read = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

/** Parses a single YAML document and rejects duplicate keys. */
function readYaml<T>(path: string): T {
  const document = parseDocument(read(path), { uniqueKeys: true, strict: true });
  expect([...document.errors, ...document.warnings].map(({ message }) => message)).toEqual([]);
  return document.toJS() as T;
}

const { version, scripts } = JSON.parse(read("package.json")) as { version: string; scripts: Record<string, string> };
const IMAGE = `feishu-hire-graphql:${version}`;
/** An image name with a full version: neither `latest` nor a tag that moves with every release. */
const PINNED = /^[a-z0-9][a-z0-9/._-]*:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/;

describe("deploy/Containerfile", () => {
  const text = read("deploy/Containerfile");
  const file = DockerfileParser.parse(text);
  const instructions = file.getInstructions();
  const argumentsOf = (instruction: Instruction): string[] =>
    instruction.getArguments().map((argument) => argument.getValue());
  const named = (keyword: string): Instruction[] =>
    instructions.filter((instruction) => instruction.getKeyword() === keyword);
  /** Returns the instructions of the last stage, the one that runs. */
  const lastNamed = (keyword: string): Instruction[] => {
    const start = named("FROM").at(-1)?.getRange().start.line ?? 0;
    return named(keyword).filter((instruction) => instruction.getRange().start.line > start);
  };
  const copies = (named("COPY") as Copy[]).map((copy) => ({
    from: copy.getFromFlag()?.getValue() ?? null,
    sources: argumentsOf(copy).slice(0, -1),
  }));
  const fromContext = copies.filter(({ from }) => from === null).flatMap(({ sources }) => sources);
  const environment = Object.fromEntries(
    lastNamed("ENV")
      .flatMap(argumentsOf)
      .map((pair) => pair.split("=") as [string, string]),
  );
  const execForm = (instruction: Instruction | undefined): string[] =>
    (instruction as JSONInstruction).getJSONStrings().map((value) => JSON.parse(value.getValue()) as string);
  const healthcheck = (): string[] =>
    JSON.parse(/^HEALTHCHECK .*\\\n +CMD (\[.*\])$/m.exec(text)?.[1] ?? "") as string[];

  it("passes a Dockerfile linter", () => {
    expect(lintDockerfile(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it("starts every stage from one pinned Node image or from another stage", () => {
    const stages = (named("FROM") as From[]).map((from) => ({ image: from.getImage(), stage: from.getBuildStage() }));
    const own = new Set(stages.map(({ stage }) => stage));
    const images = new Set(stages.map(({ image }) => String(image)).filter((image) => !own.has(image)));
    expect([...images]).toEqual([expect.stringMatching(PINNED)]);
    expect([...images]).toEqual([expect.stringMatching(/^node:24\.[\d.]+-\w+-slim$/)]);
  });

  it("runs as a numeric non-root user", () => {
    expect(lastNamed("USER").map(argumentsOf)).toEqual([[expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]]);
  });

  it("runs what `npm start` runs, without a shell", () => {
    const [entry, ...others] = lastNamed("ENTRYPOINT");
    expect(others).toEqual([]);
    expect(execForm(entry)).toEqual(String(scripts.start).split(" "));
    expect(lastNamed("CMD")).toEqual([]);
    for (const run of named("RUN")) expect(execForm(run)[0]).toBe("npm");
  });

  it("copies only existing files and the outputs of its stages", () => {
    for (const source of fromContext) expect(existsSync(`${ROOT}${source}`), source).toBe(true);
    const made: Record<string, readonly string[]> = {
      packages: ["/app/package.json", "/app/node_modules"],
      build: ["/app/dist"],
    };
    const stages = new Set((named("FROM") as From[]).map((from) => from.getBuildStage()));
    for (const { from, sources } of copies.filter((copy) => copy.from !== null)) {
      expect(stages).toContain(from);
      for (const source of sources) expect(made[String(from)]).toContain(source);
    }
  });

  it("copies every input of the build", () => {
    expect(scripts.build).toBe("node scripts/build.mjs");
    const paths = [...SHARED, ...Object.values(PARTS).flatMap(({ inputs }) => inputs)];
    expect(paths).toContain("tsconfig.build.json");
    const extended = (JSON.parse(read("tsconfig.build.json")) as { extends: string }).extends.replace("./", "");
    for (const path of [...paths, extended]) {
      expect(
        fromContext.filter((source) => path === source || path.startsWith(`${source}/`)),
        path,
      ).toHaveLength(1);
    }
  });

  it("has a build context of exactly these sources and no secret", () => {
    const lines = read(".dockerignore")
      .split("\n")
      .filter((line) => line && !line.startsWith("#"));
    expect(lines[0]).toBe("*");
    const sent = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    expect(sent.toSorted()).toEqual([...new Set(fromContext)].toSorted());
    expect(lines.indexOf("**/*.env")).toBeGreaterThan(lines.lastIndexOf(`!${sent.at(-1)}`));
    expect(read(".gitignore").split("\n")).toContain("deploy/secrets.env");
  });

  it("sets only known variables and has the package's version as a label", () => {
    expect(Object.keys(environment).filter((name) => !CONFIG_VARIABLES.includes(name))).toEqual([]);
    expect(environment).toMatchObject({ NODE_ENV: "production", HOST: "0.0.0.0" });
    expect(lastNamed("EXPOSE").map(argumentsOf)).toEqual([[environment.PORT]]);
    expect(lastNamed("LABEL").flatMap(argumentsOf)).toContain(`org.opencontainers.image.version="${version}"`);
  });

  it.each([
    { status: 200, exit: 0 },
    { status: 503, exit: 1 },
    { status: null, exit: 1 },
  ])("derives its health check from /health/ready: $status", async ({ status, exit }) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status ?? 500).end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    if (status === null) await new Promise((resolve) => server.close(resolve));
    const [program = "", ...args] = healthcheck();
    expect(program).toBe("node");
    const child = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: "ignore" });
    const [code] = await once(child, "exit");
    expect({ code, asked }).toEqual({ code: exit, asked: status === null ? [] : ["/health/ready"] });
    if (status !== null) server.close();
  });

  describe("deploy/compose.yaml", () => {
    interface ComposeService extends Json {
      readonly image: string;
      readonly environment?: Record<string, string>;
      readonly healthcheck: { readonly test: readonly string[] };
    }
    let services: Record<"graphql" | "redis", ComposeService>;
    let file: { services: typeof services; networks: Record<string, { internal?: boolean }> };
    beforeAll(() => {
      file = readYaml("deploy/compose.yaml");
      services = file.services;
    });

    it("uses a pinned Redis image and the image of the package's version", () => {
      expect(services.graphql.image).toBe(IMAGE);
      expect(services.redis.image).toMatch(PINNED);
    });

    it("drops every privilege that it does not need", () => {
      for (const service of Object.values(services)) {
        expect(service).toMatchObject({
          read_only: true,
          cap_drop: ["ALL"],
          security_opt: ["no-new-privileges:true"],
        });
      }
      expect(services.redis).not.toHaveProperty("ports");
      expect(services.redis.networks).toEqual(["inside"]);
      expect(file.networks.inside).toEqual({ internal: true });
      expect(services.graphql.ports).toEqual([`127.0.0.1:4000:${environment.PORT}`]);
    });

    it("waits for Redis and has the image's health check", () => {
      expect(services.graphql.depends_on).toEqual({ redis: { condition: "service_healthy" } });
      expect(services.redis.healthcheck.test).toEqual(["CMD", "redis-cli", "ping"]);
      expect(services.graphql.healthcheck.test).toEqual(["CMD", ...healthcheck()]);
    });

    it("allows enough time for a drain", () => {
      const grace = Number(/^(\d+)s$/.exec(String(services.graphql.stop_grace_period))?.[1]);
      expect(grace).toBeGreaterThan(parseConfig({}).deadlineMs / 1000 + DRAIN_MARGIN_S);
    });

    it("starts the service with the example secrets", () => {
      const secrets = parseEnv(read(`deploy/${services.graphql.env_file}.example`));
      const env = { ...environment, ...secrets, ...services.graphql.environment } as Record<string, string>;
      expect(Object.keys(env).filter((name) => !CONFIG_VARIABLES.includes(name))).toEqual([]);
      const config = parseConfig(env);
      expect(config).toMatchObject({ production: true, port: 4000, auth: { mode: "feishu" } });
      expect(config.redisUrl?.reveal()).toBe("redis://redis:6379");
    });
  });
});

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface PodSpec extends Json {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly envFrom: readonly { readonly configMapRef?: { name: string }; readonly secretRef?: { name: string } }[];
    readonly startupProbe: Probe;
    readonly readinessProbe: Probe;
    readonly livenessProbe: Probe;
    readonly resources: { readonly requests: Json; readonly limits: Json };
    readonly securityContext: Json;
  }[];
}

/**
 * Wraps a value and reports the paths that were never read. A validator reads the fields of its schema and
 * ignores misspelled ones.
 */
function watched<T extends object>(value: T, path = ""): { proxy: T; unread: () => string[] } {
  const seen = new Set<PropertyKey>();
  const children = new Map<PropertyKey, ReturnType<typeof watched>>();
  const proxy = new Proxy(value, {
    get(target, key) {
      seen.add(key);
      const child: unknown = Reflect.get(target, key);
      if (typeof child !== "object" || child === null) return child;
      const known = children.get(key) ?? watched(child, `${path}/${String(key)}`);
      children.set(key, known);
      return known.proxy;
    },
  });
  const unread = (): string[] => [
    ...Object.keys(value)
      .filter((key) => !seen.has(key))
      .map((key) => `${path}/${key}`),
    ...[...children.values()].flatMap((child) => child.unread()),
  ];
  return { proxy, unread };
}

describe("deploy/kubernetes", () => {
  const FOLDER = "deploy/kubernetes";
  const kinds = { Deployment, HorizontalPodAutoscaler, NetworkPolicy, PodDisruptionBudget, Service, ServiceAccount };
  type Kind = keyof typeof kinds;
  interface Kustomization {
    readonly resources: readonly string[];
    readonly configMapGenerator: readonly { readonly name: string; readonly envs: readonly string[] }[];
    readonly images: readonly { readonly name: string; readonly newTag: string }[];
  }
  const kustomization = (): Kustomization => readYaml<Kustomization>(`${FOLDER}/kustomization.yaml`);
  const manifests = readdirSync(`${ROOT}${FOLDER}`).filter((name) => /^(?!kustomization).*\.yaml$/.test(name));
  const objectOf = <T = Json>(kind: Kind): T => {
    const all = manifests.map((name) => readYaml<{ kind: string; spec: T }>(`${FOLDER}/${name}`));
    return all.find((object) => object.kind === kind)?.spec as T;
  };
  const problemsOf = (object: { kind: string }): string[] => {
    const { proxy, unread } = watched(object);
    try {
      // Calls the prototype's method: a model instance would copy the object and read all of it.
      kinds[object.kind as Kind].prototype.validate.call(proxy as never);
    } catch (error) {
      return [(error as Error).message];
    }
    return unread();
  };
  type DeploymentSpec = { selector: Json; template: { metadata: { labels: Json; annotations: Json }; spec: PodSpec } };
  const pod = (): PodSpec => objectOf<DeploymentSpec>("Deployment").template.spec;
  const container = () => {
    const [only, ...others] = pod().containers;
    if (!only || others.length > 0) throw new Error("one container was expected");
    return only;
  };

  it.each(manifests)("%s is a known Kubernetes object without unknown fields", (name) => {
    const object = readYaml<{ kind: string; apiVersion: string; metadata: Json }>(`${FOLDER}/${name}`);
    expect(object.apiVersion).toBe(kinds[object.kind as Kind].apiVersion);
    expect(name).toBe(`${object.kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}.yaml`);
    expect(object.metadata.name).toBe("feishu-hire-graphql");
    expect(problemsOf(object)).toEqual([]);
  });

  it("fails the check with a mistyped or misspelt field", () => {
    const deployment = readYaml<{ kind: string; spec: DeploymentSpec }>(`${FOLDER}/deployment.yaml`);
    const [first] = deployment.spec.template.spec.containers as unknown as [Record<string, unknown>];
    first.redinessProbe = {};
    expect(problemsOf(deployment)).toEqual(["/spec/template/spec/containers/0/redinessProbe"]);
    first.ports = [{ containerPort: "http" }];
    expect(problemsOf(deployment)).toEqual([expect.stringContaining("containerPort must be integer")]);
  });

  it("lists every file of its folder in the kustomization", () => {
    const { resources, configMapGenerator, ...others } = kustomization();
    const listed = [...resources, ...configMapGenerator.flatMap(({ envs }) => envs), "kustomization.yaml"];
    expect(listed.toSorted()).toEqual(readdirSync(`${ROOT}${FOLDER}`).toSorted());
    expect(others).toMatchObject({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" });
  });

  it("runs the image of the package's version", () => {
    expect(container().image).toBe(IMAGE);
    expect(kustomization().images).toEqual([{ name: "feishu-hire-graphql", newTag: version }]);
  });

  it("runs as non-root, with a read-only file system and no cluster access", () => {
    const [user, group] = /^USER (\d+):(\d+)$/m.exec(read("deploy/Containerfile"))?.slice(1).map(Number) ?? [];
    expect(pod()).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName: "feishu-hire-graphql",
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: group,
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(container().securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(readYaml(`${FOLDER}/service-account.yaml`)).toMatchObject({ automountServiceAccountToken: false });
  });

  it("probes the health routes and the port of the service", () => {
    const { startupProbe, readinessProbe, livenessProbe, ports } = container();
    const pathOf = ({ httpGet }: Probe): string => httpGet.path;
    expect([startupProbe, readinessProbe, livenessProbe].map(pathOf)).toEqual([
      "/health/ready",
      "/health/ready",
      "/health/live",
    ]);
    const health = read("src/server/http/health.ts");
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      expect(health).toContain(`app.get("${httpGet.path}"`);
      expect(ports.map(({ name }) => name)).toContain(httpGet.port);
    }
    // A replica stops receiving requests well before it is restarted.
    const patience = ({ periodSeconds, failureThreshold }: Probe): number => periodSeconds * failureThreshold;
    expect(patience(readinessProbe)).toBeLessThan(patience(livenessProbe));
  });

  it("allows time for a drain after the drain delay", () => {
    const { deadlineMs, drainDelayMs } = parseConfig({ ...environment(), ...exampleSecrets() });
    const drain = deadlineMs / 1000 + DRAIN_MARGIN_S;
    const spread = drainDelayMs / 1000;
    expect(spread).toBeGreaterThanOrEqual(5);
    expect(pod().terminationGracePeriodSeconds).toBeGreaterThanOrEqual(spread + drain + 5);
    expect(pod().terminationGracePeriodSeconds).toBe(30);
  });

  const environment = (): Record<string, string> => {
    const names = kustomization().configMapGenerator.flatMap(({ envs }) => envs);
    return Object.assign({}, ...names.map((name) => parseEnv(read(`${FOLDER}/${name}`)))) as Record<string, string>;
  };

  const exampleSecrets = (): Record<string, string> =>
    parseEnv(read("deploy/secrets.env.example")) as Record<string, string>;

  it("starts the service with the example secrets", () => {
    const [{ configMapRef } = {}, { secretRef } = {}] = container().envFrom;
    expect(configMapRef).toEqual({ name: kustomization().configMapGenerator[0]?.name });
    expect(read("deploy/README.md")).toContain(
      `kubectl create secret generic ${secretRef?.name} --from-env-file=deploy/secrets.env`,
    );
    const env = { ...environment(), ...exampleSecrets() };
    expect(Object.keys(env).filter((name) => !CONFIG_VARIABLES.includes(name))).toEqual([]);
    expect(Object.keys(environment()).filter((name) => /SECRET|PASSWORD|URL/.test(name))).toEqual([]);
    const config = parseConfig(env);
    expect(config).toMatchObject({ production: true, host: "0.0.0.0", port: container().ports[0]?.containerPort });
    expect(config.redisUrl).not.toBeNull();
    const mebibytes = (amount: unknown): number => Number(/^(\d+)Mi$/.exec(String(amount))?.[1]);
    const { requests, limits } = container().resources;
    // docs/operations.md, "Sizing".
    const needed = config.cacheMaxBytes / 2 ** 20 + 150;
    expect(mebibytes(requests.memory)).toBeGreaterThan(needed);
    expect(mebibytes(limits.memory)).toBeGreaterThanOrEqual(2 * mebibytes(requests.memory));
  });

  it("selects its own pods everywhere", () => {
    const label = { "app.kubernetes.io/name": "feishu-hire-graphql" };
    const { selector, template } = objectOf<DeploymentSpec>("Deployment");
    expect(selector).toEqual({ matchLabels: label });
    expect(template.metadata.labels).toEqual(label);
    expect(template.metadata.annotations).toMatchObject({
      "prometheus.io/port": String(container().ports[0]?.containerPort),
    });
    expect(template.spec.topologySpreadConstraints).toEqual(
      ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) =>
        expect.objectContaining({ topologyKey, labelSelector: { matchLabels: label } }),
      ),
    );
    expect(objectOf("Service")).toMatchObject({ selector: label });
    expect(objectOf("PodDisruptionBudget")).toMatchObject({ selector: { matchLabels: label }, maxUnavailable: 1 });
    expect(objectOf("NetworkPolicy")).toMatchObject({
      podSelector: { matchLabels: label },
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("keeps at least two replicas and scales by an existing metric and by CPU", () => {
    const spec = objectOf<{
      minReplicas: number;
      maxReplicas: number;
      scaleTargetRef: Json;
      metrics: readonly {
        pods?: { metric: { name: string } };
        containerResource?: { name: string; container: string };
      }[];
    }>("HorizontalPodAutoscaler");
    expect(spec.minReplicas).toBe(2);
    expect(spec.maxReplicas).toBeGreaterThan(2);
    expect(spec.scaleTargetRef).toMatchObject({ kind: "Deployment", name: "feishu-hire-graphql" });
    expect(spec.metrics.flatMap(({ pods }) => pods?.metric.name ?? [])).toEqual(["feishu_upstream_waiting"]);
    expect(METRICS.feishu_upstream_waiting?.kind).toBe("gauge");
    expect(spec.metrics.flatMap(({ containerResource }) => containerResource ?? [])).toEqual([
      expect.objectContaining({ name: "cpu", container: container().name }),
    ]);
    // The autoscaler owns the replica count; a fixed one would override it.
    expect(objectOf("Deployment")).not.toHaveProperty("replicas");
  });
});

/** Metrics of a PromQL expression, without histogram suffixes, and its labels: of groupings and of each selector. */
interface Named {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
  readonly values: readonly { readonly metric: string; readonly label: string; readonly values: readonly string[] }[];
  readonly problems: readonly string[];
}

/** Returns the metric that a series belongs to, or `null`. */
function metricOf(series: string): string | null {
  const known = METRICS[series];
  if (known && known.kind !== "histogram") return series;
  const base = series.replace(/_(bucket|sum|count)$/, "");
  return base !== series && METRICS[base]?.kind === "histogram" ? base : null;
}

function readExpression(template: string): Named {
  // Grafana's variables are not valid PromQL.
  const text = template.replaceAll("$__rate_interval", "5m");
  const metrics: string[] = [];
  const labels: string[] = [];
  const values: Named["values"][number][] = [];
  const problems: string[] = [];
  promql.parse(text).iterate({
    enter(node) {
      const source = text.slice(node.from, node.to);
      if (node.type.isError) problems.push(`not PromQL at ${node.from}: ${text}`);
      if (node.name === "VectorSelector") {
        const series = text.slice(node.from, node.to).split("{")[0] ?? "";
        const metric = metricOf(series);
        if (metric === null) problems.push(`unknown series: ${series}`);
        else metrics.push(metric);
        const allowed = [...(METRICS[metric ?? ""]?.labels ?? []), ...SCRAPE_LABELS];
        for (const [, label = "", , value = ""] of source.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)) {
          if (!allowed.includes(label)) problems.push(`${series} has no label ${label}`);
          values.push({ metric: metric ?? series, label, values: value.split("|") });
        }
      }
      if (node.name === "LabelName" && node.node.parent?.name === "GroupingLabels") labels.push(source);
    },
  });
  const all = new Set(["le", ...SCRAPE_LABELS, ...metrics.flatMap((metric) => METRICS[metric]?.labels ?? [])]);
  problems.push(
    ...labels.filter((label) => !all.has(label)).map((label) => `nothing here has a label ${label}: ${text}`),
  );
  return { metrics, labels, values, problems };
}

/** Returns the operation outcomes in an expression that are not codes of the closed list. */
const unknownOutcomes = ({ values }: Named): string[] =>
  values
    .filter(({ metric, label }) => metric === "feishu_hire_operations_total" && label === "outcome")
    .flatMap(({ values: named }) => named.filter((code) => !(code in ERRORS)));

describe("readExpression", () => {
  it("reports syntax errors and unknown series, labels and outcomes", () => {
    expect(readExpression("rate(feishu_hire_operations_total[5m]").problems).not.toEqual([]);
    expect(readExpression("feishu_hire_operation_total").problems).toEqual([
      "unknown series: feishu_hire_operation_total",
    ]);
    // A histogram has no series under its own name, and a counter has no buckets.
    expect(readExpression("feishu_upstream_call_seconds").problems).toHaveLength(1);
    expect(readExpression("feishu_upstream_calls_total_bucket").problems).toHaveLength(1);
    expect(readExpression('feishu_upstream_waiting{reason="x"}').problems).toHaveLength(1);
    expect(readExpression("sum by (reason) (feishu_upstream_waiting)").problems).toHaveLength(1);
    expect(unknownOutcomes(readExpression('feishu_hire_operations_total{outcome=~"FORBIDDEN|NOPE"}'))).toEqual([
      "NOPE",
    ]);
  });
});

describe("deploy/grafana/dashboard.json", () => {
  interface Panel {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly datasource?: Json;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly datasource: Json }[];
  }
  interface Dashboard {
    readonly schemaVersion: number;
    readonly panels: readonly Panel[];
    readonly templating: {
      readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
    };
  }
  const dashboard = JSON.parse(read("deploy/grafana/dashboard.json")) as Dashboard;
  const rows = dashboard.panels.filter(({ type }) => type === "row");
  const panels = dashboard.panels.filter(({ type }) => type !== "row");
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

  it("has the expected rows with panels, and advice in every panel's description", () => {
    expect(rows.map(({ title }) => title)).toEqual([
      "What users see",
      "What Feishu is asked",
      "Budget and queues",
      "Cache",
      "Process",
    ]);
    for (const { gridPos } of rows) {
      expect(panels.filter((panel) => panel.gridPos.y === gridPos.y + 1).length).toBeGreaterThan(1);
    }
    for (const { title, description = "" } of panels) expect(description, title).toMatch(/\b(When|Near|Above)\b/);
    expect(dashboard.schemaVersion).toBe(42);
  });

  it("has every panel that its descriptions and the alerts' runbooks name", () => {
    const titles = panels.map(({ title }) => title.replace(/ \(p\d+\)$/, ""));
    const sentences = [...panels.map(({ description = "" }) => description), read("deploy/prometheus/alerts.yaml")];
    const named = sentences.flatMap((text) => [...text.matchAll(/“([^”]+)”/g)].map(([, name]) => String(name)));
    // "Redis is away" quotes the log, not a panel.
    const ours = named.map((name) => name.replace(/\s+/g, " ")).filter((name) => name !== "Redis is away");
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((name) => !titles.includes(name))).toEqual([]);
  });

  it("queries every metric, and only existing series and labels", () => {
    const named = expressions.map(readExpression);
    expect(named.flatMap(({ problems }) => problems)).toEqual([]);
    expect(named.flatMap(unknownOutcomes)).toEqual([]);
    expect([...new Set(named.flatMap(({ metrics }) => metrics))].toSorted()).toEqual(Object.keys(METRICS).toSorted());
  });

  it("uses only the data source and variables that it declares", () => {
    const variables = dashboard.templating.list;
    const declared = new Set(variables.map(({ name }) => name));
    expect(variables[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    for (const { definition = "" } of variables.slice(1)) {
      const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
      expect([...(METRICS[metric]?.labels ?? []), ...(METRICS[metric] ? SCRAPE_LABELS : [])]).toContain(label);
    }
    const used = expressions.flatMap((expr) => [...expr.matchAll(/\$(\w+)/g)].map(([, name]) => String(name)));
    expect([...new Set(used)].filter((name) => !declared.has(name) && name !== "__rate_interval")).toEqual([]);
    for (const { datasource, targets = [], title } of panels) {
      expect(targets.length, title).toBeGreaterThan(0);
      for (const source of [datasource, ...targets.map((target) => target.datasource)]) {
        expect(source).toEqual({ type: "prometheus", uid: "$".concat("{datasource}") });
      }
    }
  });

  it("has panels with unique ids that do not overlap", () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});

describe("deploy/prometheus/alerts.yaml", () => {
  interface Rule {
    readonly alert: string;
    readonly expr: string;
    readonly for?: string;
    readonly labels: { readonly severity: string };
    readonly annotations: { readonly summary: string; readonly runbook: string };
  }
  let rules: readonly Rule[];
  beforeAll(() => {
    const { groups, ...others } = readYaml<{ groups: readonly { name: string; rules: readonly Rule[] }[] }>(
      "deploy/prometheus/alerts.yaml",
    );
    expect(others).toEqual({});
    rules = groups.flatMap((group) => group.rules);
  });

  it("has valid Prometheus rules, each with a summary and a runbook", () => {
    expect(rules.length).toBeGreaterThan(4);
    for (const { alert, expr, for: duration = "0s", labels, annotations, ...others } of rules) {
      expect(others, alert).toEqual({});
      expect(alert).toMatch(/^FeishuHireGraphql[A-Z]\w+$/);
      expect(expr, alert).not.toBe("");
      expect(duration).toMatch(/^\d+[sm]$/);
      expect(labels).toEqual({ severity: expect.stringMatching(/^(warning|critical)$/) });
      expect(Object.keys(annotations)).toEqual(["summary", "runbook"]);
      expect(annotations.summary).toMatch(/\.$/);
      expect(annotations.runbook).toMatch(/\w{3,}.*\.$/);
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it("uses existing series, and templates with existing labels", () => {
    for (const { alert, expr, annotations } of rules) {
      const named = readExpression(expr);
      expect(named.problems, alert).toEqual([]);
      expect(named.metrics.length, alert).toBeGreaterThan(0);
      expect(unknownOutcomes(named), alert).toEqual([]);
      const told = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
      expect(named.labels, alert).toEqual(expect.arrayContaining(told));
    }
  });

  it("warns of high memory before its limit and of long queues before they reject calls", () => {
    const thresholdOf = (name: string): string =>
      String(rules.find(({ alert }) => alert === name)?.expr.split("> ")[1]);
    expect(thresholdOf("FeishuHireGraphqlMemory")).toBe("450 * 1024 * 1024");
    expect(read("deploy/kubernetes/deployment.yaml")).toContain("memory: 512Mi");
    expect(Number(thresholdOf("FeishuHireGraphqlLineFull"))).toBeLessThan(
      Number(/finds (\d+) waiting/.exec(read("docs/limits.md"))?.[1]),
    );
  });
});

describe("deploy/README.md", () => {
  it("names only existing files and links", () => {
    const page = read("deploy/README.md");
    const links = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, path]) => `deploy/${path}`);
    // `secrets.env` is the user's copy of its example.
    const named = (page.match(/\bdeploy\/[\w./]+/g) ?? []).filter((path) => path !== "deploy/secrets.env");
    expect(links.length).toBeGreaterThan(5);
    expect(named.length).toBeGreaterThan(3);
    expect([...links, ...named].filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
    expect(page).toContain(`--tag ${IMAGE} .`);
  });
});
