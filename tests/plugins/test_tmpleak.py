import gc
from tests.plugins.test_dead_letters import *
def test_x(letters):
    def show(tag):
        gc.collect()
        s=[o for o in gc.get_objects() if type(o).__name__=='socket' and o.fileno()>=0]
        print(tag,len(s))
        return s
    show('start')
    letters.run()
    s=show('after')
    for o in s[-2:]:
        print(o, [type(r) for r in gc.get_referrers(o)])
        x=o
        for _ in range(14):
            rs=[r for r in gc.get_referrers(x) if r is not s and type(r).__name__ not in('frame','list_iterator') and r is not locals()]
            if not rs: break
            x=rs[0]; print('  <-',type(x), str(x)[:150])
