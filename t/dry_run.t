# `auth_session_dry_run on` judges, logs and rejects nothing; the variables tell what would have happened.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $nginx = Nginx->new(
    realm => 'key v1 file=v1.key; cookie access_token; login /login;',
    server => 'auth_session app; auth_session_dry_run on;',
    echo => '[$session_status][$session_user][$session_id][$session_key]',
    locations => '
        location / { proxy_pass http://backend; }
        location /require { auth_session_require $session_claim_admin; proxy_pass http://backend; }
        location /live { auth_session_dry_run off; proxy_pass http://backend; }',
);
my %claims = (sub => 'alice', sid => 's1');
my $good = mint(\%claims);

sub dry_run_is {
    my ($name, $expected, $path, @headers) = @_;
    $nginx->forget_log;
    my $response = $nginx->get($path, @headers);
    is $response->status, 200, "$name passes";
    is $response->body, $expected, "$name is known as what it is";
    is $response->header('Set-Cookie'), undef, "$name: no cookie is touched";
    my ($reason) = $expected =~ /^\[(\w+)\]/;
    return is scalar($nginx->log_lines(qr/session: realm "app" rejected/)), 0, "$name: nothing is logged"
        if $reason eq 'valid';
    is scalar($nginx->log_lines(qr/\[notice\].*session: realm "app" rejected, dry run: reason=$reason\b/)), 1,
        "$name is logged";
}

dry_run_is('a good session', '[valid][alice][s1][v1]', '/', cookie($good));
dry_run_is('no session', '[missing][][][]', '/');
dry_run_is('an expired one', '[expired][alice][s1][v1]', '/', cookie(mint({%claims, exp => 1})));
dry_run_is('a false one', '[signature][][][]', '/', cookie(tamper($good)));
dry_run_is('a navigation', '[missing][][][]', '/', 'Sec-Fetch-Mode: navigate');
dry_run_is('a forbidden one', '[forbidden][alice][s1][v1]', '/require', cookie($good));
like $nginx->log, qr/rejected, dry run: reason=forbidden user="alice" id="s1" key=v1/, 'the line tells whom';

my $response = $nginx->post('/', cookie($good), 'Origin: https://evil.example');
is $response->status, 200, 'a foreign origin passes';
like $response->body, qr/^\[origin\]/, 'and is known';

is $nginx->get('/live')->answer, '401 missing', 'off in a location: rejected';
$nginx->forget_log;
$nginx->get('/live', cookie(mint({%claims, exp => 1})));
is scalar($nginx->log_lines(qr/\[notice\].*session: realm "app" rejected: reason=expired user="alice" id="s1" key=v1/)),
    1, 'and logged without these words';

done;
