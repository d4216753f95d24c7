/* What the page says, in both languages. */

var WORDS = {
  zh: {
    title: '核验回执',
    lead: '选择您从“我的事项”下载的回执文件。文件只在本机读取，不会发往任何地方；断开网络也能核验。',
    file: '回执文件', paste: '或把回执内容粘贴在这里',
    key: '本地透明日志的公钥（选填）',
    keyHint: '公钥可从网格公示牌上抄，或向邻近的见证方索取。不填则使用回执自带的公钥，那样只能查出回执写成之后的改动。',
    other: '另一份检查点（选填）', otherHint: '例如见证方或邻居手里的检查点，用来发现对不同的人出示不同日志的做法。',
    check: '核验', again: '请先选择或粘贴一份回执。',
    good: '回执成立：每一步都在日志里，没有被改动、删除或倒签。',
    goodPart: '已写入日志的每一步都成立；标为“等待写入”的步骤还没有凭证，请稍后重新下载回执；标为“已封存”的步骤本回执不再提供凭证。',
    nothing: '这份回执还没有可核验的内容：日志尚未写入这件事项，请稍后重新下载。',
    bad: '回执不成立', point: '检查点', size: '日志条数', root: '根值（前 8 字节）',
    rootHint: '请与网格公示牌或月报上同一条数的根值比对。', signer: '签名公钥', witnesses: '见证方',
    none: '没有见证方签名', fromFile: '（取自回执自身，请与公示牌比对）', fromYou: '（由您提供）',
    acts: '事项的每一步', proven: '已证实', waiting: '等待写入', closed: '已封存（个人信息已按本人要求删除；删除前下载的回执仍可核验）', wrong: '不符', at: '发生时间',
    recorded: '记录时间', rule: '规则', due: '期限', leaf: '日志序号', state: '状态', ref: '事项编号',
    by: '最迟写入', said: '（此说明不在证明范围内）',
    problems: {
      signature: '检查点不是由这把公钥签名的。', proof: '有的步骤与签过名的日志不符：它被改动过，或日志被改动过。',
      checkpoint: '回执里没有检查点。', order: '步骤的次序不连续：中间少了一步，或混入了别的事项。',
      other_log: '另一份检查点不属于这份日志，或签名不符。',
      two_roots: '同样条数却有两个不同的根值：日志被分叉，对不同的人出示了不同内容。请把两份文件都保留好，交给监督机构。',
      receipt: '这个文件不是完整的回执。', key: '公钥抄写有误或不完整。', note: '检查点无法读取。',
      old: '这个浏览器太旧，无法核验。请换一个浏览器，或到办事窗口核验。'
    }
  },
  en: {
    title: 'Check a receipt',
    lead: 'Choose the receipt you downloaded from "My matter". The file is read on this device only and sent nowhere; it can be checked with the network off.',
    file: 'Receipt file', paste: 'Or paste the receipt here',
    key: 'Public key of the log of your place (optional)',
    keyHint: 'Copy it from the grid post, or ask a witness near by. Without it the key in the receipt is used; then only changes after the receipt was written are found.',
    other: 'Another checkpoint (optional)', otherHint: 'One that a witness or a neighbour holds: it shows whether different people are shown different logs.',
    check: 'Check', again: 'Choose or paste a receipt first.',
    good: 'The receipt holds: every step is in the log; none was changed, removed or back-dated.',
    goodPart: 'Every step in the log holds. Steps marked as waiting have no proof yet: download the receipt again later. Closed steps have none in this receipt.',
    nothing: 'There is nothing to check yet: the log does not hold this matter. Download the receipt again later.',
    bad: 'The receipt does not hold', point: 'Checkpoint', size: 'Entries in the log', root: 'Root (first 8 bytes)',
    rootHint: 'Compare it with the root on the grid post or in the monthly report for the same number of entries.',
    signer: 'Signed by the key', witnesses: 'Witnesses', none: 'No witness has signed',
    fromFile: '(from the receipt itself; compare it with the post)', fromYou: '(given by you)',
    acts: 'Each step of the matter', proven: 'proven', waiting: 'waiting', closed: 'closed (erased at the person’s request; a receipt from before still proves it)', wrong: 'does not fit', at: 'When',
    recorded: 'Recorded', rule: 'Rule', due: 'Due', leaf: 'Number in the log', state: 'State', ref: 'Matter',
    by: 'In the log by', said: '(these words are not part of the proof)',
    problems: {
      signature: 'The checkpoint is not signed by this key.', proof: 'A step does not fit the signed log: it was changed, or the log was.',
      checkpoint: 'The receipt has no checkpoint.', order: 'The steps are not in one row: one is missing, or is of another matter.',
      other_log: 'The other checkpoint is not of this log, or its signature is wrong.',
      two_roots: 'The same number of entries with two roots: the log was forked, and different people are shown different things. Keep both files and give them to the supervisors.',
      receipt: 'This file is not a whole receipt.', key: 'The key was not copied whole.', note: 'The checkpoint cannot be read.',
      old: 'This browser is too old to check. Use another one, or have it checked at the counter.'
    }
  }
};
