import pytest
from tests.e2e.test_board_bursts import *
from tests.e2e.test_board_bursts import _wire,_heap
from tests.e2e.conftest import *
@pytest.mark.e2e
def test_nodes(boards, keypads):
    [page] = boards("/display", lasts=1)
    wire=_wire(page)
    for n in range(600):
        last=keypads.next(1+n%COUNTERS)
        if n%150==99:
            page.wait_for_function("number => spoken.at(-1) === number", arg=last)
            page.evaluate("() => { spoken.length = 0; focused.length = 0; }")
            live=page.evaluate("() => { const w=document.createTreeWalker(document, NodeFilter.SHOW_ALL); let c={}; while(w.nextNode()) c[w.currentNode.nodeType]=(c[w.currentNode.nodeType]||0)+1; const w2=document.createTreeWalker(document.getElementById('app'), NodeFilter.SHOW_COMMENT); const where={}; while(w2.nextNode()){const p=w2.currentNode.parentElement.className; where[p]=(where[p]||0)+1}; return [c, where, document.getAnimations().length]; }")
            print(n, _heap(wire), live)
