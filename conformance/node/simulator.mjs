// The simulator behind the server under test: what reached it, and what it shall do wrong.
const origin = process.env.CONFORMANCE_SIMULATOR;

export const simulator = {
  /** The next requests for this upstream model get these faults, in order. */
  async script(model, ...faults) {
    const answer = await fetch(`${origin}/sim/script`, { method: 'POST', body: JSON.stringify({ model, faults }) });
    if (!answer.ok) throw new Error(await answer.text());
  },

  /** The newest request whose JSON body fits. */
  async lastBody(wanted) {
    const { requests } = await (await fetch(`${origin}/sim/requests?last=100`)).json();
    const bodies = requests.filter((request) => request.method === 'POST').map((request) => JSON.parse(request.body));
    const found = bodies.findLast(wanted);
    if (!found) throw new Error('no such request reached the simulator');
    return found;
  },
};
