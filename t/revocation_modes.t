# `strict` asks Redis for every request, in one round trip on an open connection; `off` never; what the variables say.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $key = 'key v1 file=v1.key; cookie access_token;';
my $nginx = Nginx->new(
    realms => {
        app => "$key revocation strict; live_connections keep; @{[ $proxy->directives ]}",
        never => "$key revocation off; @{[ $redis->directives ]}",
    },
    server => 'add_header X-Store "[$session_cache] [$session_store_time]" always;',
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /verify { auth_session app; auth_session_mode verify; proxy_pass http://backend; }
        location /never { auth_session never; proxy_pass http://backend; }
        location /open { proxy_pass http://backend; }',
);
my $token = mint({jti => 'j1', sid => 's1', tenant => 't1'});
is $nginx->get('/', cookie($token))->answer, '200 valid', 'strict';

$proxy->forget;
my $response = $nginx->get('/', cookie($token));
is $response->answer, '200 valid', 'again';
like $response->header('X-Store'), qr/^\[BYPASS\] \[\d+\.\d{3}\]$/, 'the store was asked, and took some time';
is_deeply [sort $proxy->commands], ['EXISTS session:revoked:{42}:j1', 'EXISTS session:revoked:{42}:s1',
    'GET session:epoch', 'GET session:epoch:t1', 'GET session:stale:{42}'], 'plain reads of all that matters';
is $proxy->reads, 1, 'sent at once';
is $proxy->accepted, 0, 'on a connection that is open';

$proxy->forget;
$nginx->get('/', cookie($token)) for 1 .. 20;
is scalar($proxy->commands), 100, 'every request asks';
is $proxy->accepted, 0, 'on that one connection';
is $proxy->open_connections, 1, 'one a worker';

$proxy->forget;
is $nginx->get('/')->header('X-Store'), '[] [-]', 'nothing to ask without a token';
is $nginx->get('/', cookie(mint({exp => 1})))->answer, '401 expired', 'nor of a bad one';
$nginx->get('/', cookie(tamper($token)));
$nginx->get('/open', cookie($token));
is scalar($proxy->commands), 0, 'no question was sent';

$proxy->forget;
my $two = mint({sub => '43'});
$nginx->get('/', cookie(mint({exp => 1})), cookie($two), bearer($token));
is scalar(grep {/stale/} $proxy->commands), 2, 'of several tokens all that hold are asked for';
is $proxy->reads, 1, 'at once';

is $nginx->get('/verify', cookie($token))->answer, '200 valid', 'verify mode asks as well';
$redis->cli('SET', 'session:revoked:{42}:j1', 1);
is $nginx->get('/verify', cookie($token))->answer, '200 revoked', 'and tells';
is $nginx->get('/', cookie($token))->answer, '401 revoked', 'strict knows at once';
my $off = $nginx->get('/never', cookie($token));
is $off->answer, '200 valid', 'off does not care';
is $off->header('X-Store'), '[BYPASS] [-]', 'and did not ask';

$proxy->forget;
my $client = $nginx->connect;
my $keep = 'Connection: keep-alive';
$client->send(Client::format_request('POST', '/', $keep, cookie($two), {body => 'x' x 300000})
        . Client::format_request('GET', '/', $keep, cookie($token)) . Client::format_request('GET', '/', cookie($two)));
is $client->response->body, '43', 'pipelined, with a body: the first user';
is $client->response->answer, '401 revoked', 'the second';
is $client->response->body, '43', 'the third';

done;
