// Where the server under test is, and what it says of itself.

export const url = process.env.GANGLION_TEST_URL;
export const key = process.env.GANGLION_TEST_KEY;
export const model = 'chat';
export const embedder = 'embed';
// Of tests/tiny_chat_model.cc. An answer in which it may not come goes on to its limit.
export const endToken = 3999;

// The value of a series of /metrics, by its whole text up to the value.
export async function metric(series) {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  const text = await response.text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`/metrics has no ${series}`);
  return Number(line.slice(series.length + 1));
}

// Waits until nothing runs and nothing waits, and no page of the cache is held by a request.
export async function becomesIdle(seconds = 10) {
  const labels = `{engine="0",model_name="${model}"}`;
  const alternative = `{model_name="${model}",engine="0"}`;
  const read = async (name) => {
    try {
      return await metric(name + labels);
    } catch {
      return metric(name + alternative);
    }
  };
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const running = await read('vllm:num_requests_running');
    const waiting = await read('vllm:num_requests_waiting');
    const pages = await read('vllm:kv_cache_usage_perc');
    if (running === 0 && waiting === 0 && pages === 0) return;
    if (Date.now() > end) {
      throw new Error(`still ${running} running, ${waiting} waiting, ${pages} of the pages held`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

// A function for models to call, and whether arguments fit it.
export const moveTool = {
  type: 'function',
  function: {
    name: 'move',
    description: 'Drives to a place.',
    parameters: {
      type: 'object',
      properties: {
        place: { enum: ['table', 'door', 'dock'] },
        speed: { type: 'integer', minimum: 1, maximum: 9 },
      },
      required: ['place', 'speed'],
      additionalProperties: false,
    },
  },
};

export function fitsMove(args) {
  return (
    ['table', 'door', 'dock'].includes(args.place) &&
    Number.isInteger(args.speed) &&
    args.speed >= 1 &&
    args.speed <= 9 &&
    Object.keys(args).length === 2
  );
}
